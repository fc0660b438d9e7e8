/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Feeds every file of the folders given as arguments to a fuzz target, whole and cut short at up to CUTS places, so
 * that the seeds run as tests with any compiler. Fails when a folder has no files. */
#include <dirent.h>
#include <sys/stat.h>

#include "fuzz.h"

#define CUTS 64

static uint8_t *read_file(const char *path, size_t *ret_size)
{
        FILE *file = fopen(path, "rb");
        struct stat status;
        if (!file || fstat(fileno(file), &status) != 0 || !S_ISREG(status.st_mode)) {
                if (file)
                        fclose(file);
                return NULL;
        }
        uint8_t *data = malloc((size_t)status.st_size + 1);
        *ret_size = data ? fread(data, 1, (size_t)status.st_size, file) : 0;
        fclose(file);
        return data;
}

/* A copy of exactly `size` bytes, so that AddressSanitizer sees a read past the end. */
static void run(const uint8_t *data, size_t size)
{
        uint8_t *copy = malloc(size);
        if (size && !copy)
                abort();
        if (size)
                memcpy(copy, data, size);
        LLVMFuzzerTestOneInput(copy, size);
        free(copy);
}

static bool replay_file(const char *path)
{
        size_t size;
        uint8_t *data = read_file(path, &size);
        if (!data)
                return false;
        run(data, size);
        size_t step = size / CUTS + 1;
        for (size_t cut = 0; cut < size; cut += step)
                run(data, cut);
        free(data);
        return true;
}

static int replay_folder(const char *path)
{
        DIR *folder = opendir(path);
        if (!folder)
                return 0;
        int count = 0;
        for (const struct dirent *entry = readdir(folder); entry; entry = readdir(folder)) {
                char file[4096];
                snprintf(file, sizeof(file), "%s/%s", path, entry->d_name);
                count += replay_file(file);
        }
        closedir(folder);
        return count;
}

int main(int argc, char **argv)
{
        for (int i = 1; i < argc; i++) {
                int count = replay_folder(argv[i]);
                printf("%s: %d inputs\n", argv[i], count);
                if (count == 0)
                        return 1;
        }
        return argc > 1 ? 0 : 2;
}
