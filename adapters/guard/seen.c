/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* A table of buckets; a hash belongs to one bucket, in which it may be anywhere. */
#include "seen.h"

#include <pthread.h>

#define BUCKET_SIZE 16

struct entry {
        unsigned char hash[SEEN_HASH_SIZE];
        uint64_t tag;
        int64_t until; /* 0: free */
};

struct seen {
        pthread_mutex_t mutex;
        size_t buckets; /* a power of two */
        struct entry *entries;
};

struct seen *seen_new(size_t entries)
{
        struct seen *s = calloc(1, sizeof(*s));
        if (!s)
                abort();
        pthread_mutex_init(&s->mutex, NULL);
        for (s->buckets = 1; s->buckets * BUCKET_SIZE < entries; s->buckets *= 2)
                continue;
        s->entries = calloc(s->buckets * BUCKET_SIZE, sizeof(*s->entries));
        if (!s->entries)
                abort();
        return s;
}

void seen_free(struct seen *s)
{
        if (!s)
                return;
        pthread_mutex_destroy(&s->mutex);
        free(s->entries);
        free(s);
}

static struct entry *bucket_of(struct seen *s, struct seen_key key)
{
        size_t number = 0;
        memcpy(&number, key.hash.data, sizeof(number));
        return &s->entries[(number & (s->buckets - 1)) * BUCKET_SIZE];
}

static struct entry *find(struct entry *bucket, struct seen_key key, int64_t now)
{
        for (size_t i = 0; i < BUCKET_SIZE; i++)
                if (bucket[i].until > now && bucket[i].tag == key.tag &&
                    memcmp(bucket[i].hash, key.hash.data, SEEN_HASH_SIZE) == 0)
                        return &bucket[i];
        return NULL;
}

/* The entry that ends soonest; one that is over or was never used comes first. */
static struct entry *soonest(struct entry *bucket)
{
        struct entry *first = bucket;
        for (size_t i = 1; i < BUCKET_SIZE; i++)
                if (bucket[i].until < first->until)
                        first = &bucket[i];
        return first;
}

static void set(struct entry *e, struct seen_key key, int64_t until)
{
        memcpy(e->hash, key.hash.data, SEEN_HASH_SIZE);
        e->tag = key.tag;
        e->until = until;
}

bool seen_has(struct seen *s, struct seen_key key, int64_t now)
{
        pthread_mutex_lock(&s->mutex);
        bool found = find(bucket_of(s, key), key, now) != NULL;
        pthread_mutex_unlock(&s->mutex);
        return found;
}

void seen_put(struct seen *s, struct seen_key key, int64_t until, int64_t now)
{
        pthread_mutex_lock(&s->mutex);
        struct entry *bucket = bucket_of(s, key);
        struct entry *e = find(bucket, key, now);
        set(e ? e : soonest(bucket), key, until);
        pthread_mutex_unlock(&s->mutex);
}

enum seen_verdict seen_put_new(struct seen *s, struct seen_key key, int64_t until, int64_t now)
{
        enum seen_verdict verdict = SEEN_NEW;
        pthread_mutex_lock(&s->mutex);
        struct entry *bucket = bucket_of(s, key);
        struct entry *e = soonest(bucket);
        if (find(bucket, key, now))
                verdict = SEEN_BEFORE;
        else if (e->until > now)
                verdict = SEEN_FULL;
        else
                set(e, key, until);
        pthread_mutex_unlock(&s->mutex);
        return verdict;
}
