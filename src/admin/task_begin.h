/* Saying yes to a task, or no, or enough. */
#ifndef KEYWHEEL_ADMIN_TASK_BEGIN_H
#define KEYWHEEL_ADMIN_TASK_BEGIN_H

#include <stdint.h>

struct route_match;
struct service;
struct visit;

/* POST /tasks/ID: do=begin, with what admin/task_form.h asks; do=cancel. */
void task_begin_serve(struct service *s, const struct route_match *match);

/* Begin a task that asks nothing. If it is small it is done at once. The
 * visitor is sent to where that is seen. */
void task_begin(struct visit *v, int64_t id);

/* Send the visitor to the page of a task; said: as visit_go() has it. */
void task_begin_go(struct visit *v, int64_t id, const char *said);

#endif
