/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The sandbox's commands; each takes the arguments behind its name and returns the exit status. */
#pragma once

int command_serve(int argc, char **argv);
int command_keys(int argc, char **argv);
int command_frame(int argc, char **argv);
int command_drive(int argc, char **argv);
