/*
 * GET /files: the files at Google that keywheel knows of. POST: delete those
 * that were chosen (file=NAME SCOPE, each), after a question (sure=1).
 */
#ifndef KEYWHEEL_ADMIN_FILES_PAGE_H
#define KEYWHEEL_ADMIN_FILES_PAGE_H

struct route_match;
struct service;

void files_page_serve(struct service *s, const struct route_match *match);
void files_page_serve_delete(
    struct service *s, const struct route_match *match);

#endif
