/* One token: /tokens/ID. */
#ifndef KEYWHEEL_ADMIN_TOKEN_PAGE_H
#define KEYWHEEL_ADMIN_TOKEN_PAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"

struct service;
struct route_match;
struct token_form;
struct visit;

void token_page_serve(struct service *s, const struct route_match *match);

/* Which token the path names; false after a page that says that it names
 * none. */
MUSTCHECK bool token_page_id(
    struct visit *v, const struct route_match *match, int64_t *token_id);

/* The page. form: what somebody has typed that was not taken; NULL: the token
 * as it is. notice: a message above it, or NULL. */
void token_page_show(struct visit *v, int64_t token_id, int status,
    const struct token_form *form, const char *notice);

#endif
