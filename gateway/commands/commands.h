/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The subcommands of `baygate`, one file each. argv[0] is the subcommand's name; the value is the exit status. */
#pragma once

int command_serve(int argc, char **argv);
int command_config(int argc, char **argv);
int command_audit(int argc, char **argv);
int command_keys(int argc, char **argv);
int command_policy(int argc, char **argv);
int command_receipt(int argc, char **argv);
int command_token(int argc, char **argv);
int command_transfers(int argc, char **argv);
