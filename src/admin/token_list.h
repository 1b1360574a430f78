/* The list of tokens: /tokens. */
#ifndef KEYWHEEL_ADMIN_TOKEN_LIST_H
#define KEYWHEEL_ADMIN_TOKEN_LIST_H

struct service;
struct route_match;

void token_list_serve(struct service *s, const struct route_match *match);

#endif
