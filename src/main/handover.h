/*
 * A reload: the parent of the responders becomes a new program, by execve(2) in
 * the same process, so that whoever started it sees one process. The listening
 * socket goes along, and the responders are its children still: new ones are
 * started beside them, and then they are told to end (main/retired.h). So the
 * code, the options' meaning and the configuration are all new, and the socket
 * is open all the time.
 *
 * Before that another process tries whether the new program would start
 * (--check); if not, the old one goes on.
 */
#ifndef KEYWHEEL_MAIN_HANDOVER_H
#define KEYWHEEL_MAIN_HANDOVER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* First of all: the command line, which is kept. */
void handover_init(char **argv);

/* Did a program before this one leave its socket here? Then its responders are
 * retired, and made is what that one gave; else it stays. -1: there was none.
 */
int handover_take(uint64_t *made);

/* Start a check. If one is under way, there is another after it, which alone
 * counts. */
void handover_check(void);

/* A child has ended with that status. False if it was none of ours. */
bool handover_reap(pid_t pid, int status);

/* Once after a check that went well. */
bool handover_is_due(void);

/* Become the new program. listen_fd and made (main/listening.h): what
 * handover_take() is to find. Retired are those who are to be; returns only if
 * that failed. */
void handover_run(int listen_fd, uint64_t made);

#endif
