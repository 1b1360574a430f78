/*
 * A web server's child that may be killed while a request runs.
 *
 * mod_fcgid ends all responders when Apache is reloaded: SIGTERM, and SIGKILL
 * eight seconds later; Apache answers nobody until the last one has ended. So
 * the process that it knows only stands in for a child of its own, which
 * serves. Told to end it does so at once; the child finishes the request that
 * it has, if any, over the connection that it holds.
 */
#ifndef KEYWHEEL_MAIN_STAND_IN_H
#define KEYWHEEL_MAIN_STAND_IN_H

#include <stdbool.h>

/* The most seconds that a child may be given. */
#define STAND_IN_MOST 86400

/* Fork; returns in the child. The parent waits here and ends when it is told
 * to, which tells the child, or with the child and its exit status. False if
 * there was no fork. The handlers must be there (main/stop.h). */
bool stand_in_begin(void);

#endif
