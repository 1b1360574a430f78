/* The form above the list of keys: the choices of its filter, in which order,
 * how many on a page. */
#ifndef KEYWHEEL_ADMIN_KEY_FORM_H
#define KEYWHEEL_ADMIN_KEY_FORM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

struct json_object;

struct key_form_order {
	const char *sort; /* number, state, last_use … */
	bool down;
	int64_t size; /* rows of a page */
};

/* As the query says: sort=NAME or sort=-NAME, size=N. What is not understood is
 * the usual. */
struct key_form_order key_form_order(const char *query);

/* Append it to a query, as far as it is not the usual. */
void key_form_order_write(
    const struct key_form_order *order, struct buf *query);

/* Add to a page what the form and the heads of columns show. filter: the
 * filter's query. */
void key_form_add(struct json_object *data, const char *filter,
    const struct key_form_order *order);

#endif
