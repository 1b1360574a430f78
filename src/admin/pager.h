/* Ways through a list by numbers of pages (partials/pager.html). */
#ifndef KEYWHEEL_ADMIN_PAGER_H
#define KEYWHEEL_ADMIN_PAGER_H

#include <stdbool.h>
#include <stdint.h>

struct json_object;

/*
 * {previous, next: where they lead, absent at the ends; pages: [{n, href,
 * current} or {gap}]}: the first and the last page, and those around this one.
 * path: of the list; query: its own, where `page` is put in the place of what
 * it may have. more: there may be further pages than those. NULL if there is
 * only one page.
 */
struct json_object *pager_make(const char *path, const char *query,
    int64_t page, int64_t pages, bool more);

#endif
