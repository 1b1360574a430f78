/*
 * How the admin layer answers: HTML from a template, or a file of ours, with
 * the headers that keep browsers from doing anything else with it. Never
 * with CORS headers, which only the API has.
 */
#ifndef KEYWHEEL_ADMIN_PAGE_H
#define KEYWHEEL_ADMIN_PAGE_H

#include <stdbool.h>

#include "base/buf.h"

struct service;
struct json_object;
struct reader;

/* The template of that name ("dashboard.html") filled with data, which stays
 * the caller's and gets what frame_fill() adds; reader: whom it is for. A
 * template that cannot be filled gives a plain page with status 500 and a line
 * in the log. */
void page_send(struct service *s, int status, const char *name,
    struct json_object *data, struct reader *reader);

/* One more header for the next answer. */
void page_add_header(const char *name, const char *value);

/* The page refused.html: what is the matter, in a title and a sentence, which
 * are messages. */
void page_refuse(
    struct service *s, int status, const char *title, const char *text);

/* 503: the last call to the database failed; the log gets the reason. */
void page_refuse_database(struct service *s);

/* 303: what was posted is done, and the page of that path shows it. */
void page_redirect(struct service *s, const char *path);

/* A file that is no page; lasting: whoever has it need never ask again. */
void page_send_file(struct service *s, const char *content_type, bool lasting,
    const struct buf *body);

/* The beginning of a file that is written in pieces, as a download; the size
 * is not known. disposition: the field Content-Disposition. */
void page_start_file(
    struct service *s, const char *content_type, const char *disposition);

/* The same of what is shown as it comes, and no download. */
void page_start_stream(struct service *s, const char *content_type);

#endif
