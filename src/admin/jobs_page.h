/*
 * GET /jobs: what is done now and then, and how it went; with a job in the
 * query (job=NAME) its runs alone. POST: let a job be due at once.
 */
#ifndef KEYWHEEL_ADMIN_JOBS_PAGE_H
#define KEYWHEEL_ADMIN_JOBS_PAGE_H

struct json_object;
struct route_match;
struct service;
struct visit;

void jobs_page_serve(struct service *s, const struct route_match *match);
void jobs_page_serve_run(struct service *s, const struct route_match *match);

/* Make what the database says of a job readable: its state and times in
 * words. */
void jobs_page_shape(struct json_object *job);

/* Let a job be due, and go to a page of ours, which says so. */
void jobs_page_make_due(struct visit *v, const char *name, const char *path);

#endif
