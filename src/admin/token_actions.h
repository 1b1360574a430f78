/* Making tokens, and changing them: the forms of their pages. */
#ifndef KEYWHEEL_ADMIN_TOKEN_ACTIONS_H
#define KEYWHEEL_ADMIN_TOKEN_ACTIONS_H

struct service;
struct route_match;

/* The empty form, and what it posts. The new token is in the answer, once. */
void token_add_serve(struct service *s, const struct route_match *match);
void token_add_serve_post(struct service *s, const struct route_match *match);

/* What a token's page posts. */
void token_edit_serve(struct service *s, const struct route_match *match);
void token_disable_serve(struct service *s, const struct route_match *match);
void token_enable_serve(struct service *s, const struct route_match *match);
void token_revoke_serve(struct service *s, const struct route_match *match);
void token_rotate_serve(struct service *s, const struct route_match *match);

#endif
