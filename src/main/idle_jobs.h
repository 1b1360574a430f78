/*
 * Jobs without cron. Where keywheel.fcgi is the parent of its responders, it
 * forks a child once a minute that runs what is due. Where a web server starts
 * the responders, one that has just answered runs a single slice, and leaves
 * off as soon as a request waits.
 *
 * Tasks (jobs/task.h) are worked on likewise, but at once: by a child of the
 * parent that the responder sends for, or by responders between two requests.
 */
#ifndef KEYWHEEL_MAIN_IDLE_JOBS_H
#define KEYWHEEL_MAIN_IDLE_JOBS_H

#include <stdbool.h>

#include "main/bootstrap.h"

struct service;

/* The child of a minute: look, run, end. told_to_end is asked meanwhile. */
void idle_jobs_child(const struct bootstrap *bootstrap,
    const struct master_key *master, bool (*told_to_end)(void));

/* In a responder, after a request was answered: a slice of one job, if one is
 * due; looked for at most once a minute. listen_fd: where requests wait. */
void idle_jobs_slice(
    struct service *s, int listen_fd, bool (*told_to_end)(void));

/* In a process that has served its only request (main/once.h): is it worth
 * looking for something to do? The child of a minute's work, then; the alarm is
 * the caller's. */
bool idle_jobs_may(const struct service *s);
void idle_jobs_rest(struct service *s, bool (*told_to_end)(void));

/* The child that works on tasks, until none is left or its time is over: then
 * true, another one is to go on. */
bool idle_tasks_child(const struct bootstrap *bootstrap,
    const struct master_key *master, bool (*told_to_end)(void));

/* In a responder, after a request was answered: a slice of the tasks that are
 * going; looked for every few seconds, or at once if service.task_begun. */
void idle_tasks_slice(
    struct service *s, int listen_fd, bool (*told_to_end)(void));

#endif
