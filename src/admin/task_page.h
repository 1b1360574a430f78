/*
 * The pages of tasks (store/tasks.h): /tasks has those that were begun, and
 * /tasks/ID asks before one begins, shows how it goes on, and what came of it.
 */
#ifndef KEYWHEEL_ADMIN_TASK_PAGE_H
#define KEYWHEEL_ADMIN_TASK_PAGE_H

#include <stdint.h>

struct json_object;
struct route_match;
struct service;
struct visit;

void task_page_serve_list(struct service *s, const struct route_match *match);
void task_page_serve(struct service *s, const struct route_match *match);

/* The question once more, with what was filled in and what is wrong with it
 * (admin/task_form.h), which is taken. */
void task_page_show_again(
    struct visit *v, int64_t id, int status, struct json_object *form);

/* There is no such task. */
void task_page_refuse(struct visit *v);

#endif
