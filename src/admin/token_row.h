/* A token as keywheel.token_row() tells it, as templates show it. */
#ifndef KEYWHEEL_ADMIN_TOKEN_ROW_H
#define KEYWHEEL_ADMIN_TOKEN_ROW_H

struct json_object;

/* Adds level (good, warn, bad, other), label (the state in words), active,
 * usable (not revoked), from_env, limits ([{name, label, allowed}], those there
 * are), all_models, everywhere; counts become texts: {hour, day, month:
 * {requests, failed, tokens}}. */
void token_row_shape(struct json_object *row);

/* Add to each of its limits what is used of it (keywheel.token_page); full: all
 * of it. */
void token_row_add_used(struct json_object *row, struct json_object *used);

/* The message for a limit by the name that its refusals have
 * (requests.shadow_limit). */
const char *token_limit_words(const char *refusal);

#endif
