/* The form of the page that tries requests: what was written in it. */
#ifndef KEYWHEEL_ADMIN_TRY_FORM_H
#define KEYWHEEL_ADMIN_TRY_FORM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"

struct json_object;
struct try_route;

/* Bytes of a prompt. */
#define TRY_FORM_MAX_PROMPT 100000

struct try_form {
	const struct try_route *route;
	bool stream;
	/* What stands in each field, by its name: model, system, prompt,
	 * temperature, max_tokens, effort, body. */
	struct json_object *fields;
	struct json_object *errors; /* a message for a field that is wrong */
};

/* fields: a posted form, or the query of a link. */
void try_form_read(struct try_form *form, const char *fields);
void try_form_clear(struct try_form *form);

/* Can a request be made of it? If not, errors says why. */
MUSTCHECK bool try_form_check(struct try_form *form);

/* The text of a field; "": nothing. Borrowed. */
const char *try_form_get(const struct try_form *form, const char *name);
void try_form_set(struct try_form *form, const char *name, const char *text);

/* Set what the template shows: form, errors, any_errors, and the lists to
 * choose from, routes and efforts. */
void try_form_show(const struct try_form *form, struct json_object *data);

#endif
