/* The fields of a token in forms (partials/token_fields.html). */
#ifndef KEYWHEEL_ADMIN_TOKEN_FORM_H
#define KEYWHEEL_ADMIN_TOKEN_FORM_H

#include <stdbool.h>

struct json_object;

struct token_form {
	struct json_object *typed;  /* what the fields hold */
	struct json_object *errors; /* {field: a message}; empty: none */
	struct json_object *rules;  /* for keywheel.put_token_rules() */
};

/* As it was posted; NULL: a new token. */
void token_form_read(struct token_form *form, const char *fields);

/* As a token is (keywheel.token_row()). */
void token_form_fill(struct token_form *form, struct json_object *token);

void token_form_clear(struct token_form *form);

/* Is there nothing wrong with it? */
bool token_form_is_good(const struct token_form *form);

/* Say what is wrong with a field. */
void token_form_refuse(
    struct token_form *form, const char *field, const char *message);

/* Add to a page the members that the partial needs: form, errors. */
void token_form_show(const struct token_form *form, struct json_object *data);

#endif
