/*
 * The prices of a model, filled in by the operator: POST /models/price with
 * name (the page), pattern (the name, or a beginning of it and *), valid_from,
 * currency, prompt, cached, answer; or with remove, pattern and valid_from.
 * Numbers are decimal texts and stay such: money is never a float.
 */
#ifndef KEYWHEEL_ADMIN_MODEL_PRICE_H
#define KEYWHEEL_ADMIN_MODEL_PRICE_H

struct json_object;
struct route_match;
struct service;

void model_price_serve(struct service *s, const struct route_match *match);

/* Set data.price, the form: what was typed, and what is wrong with it. form:
 * {pattern, …, and pattern_error, …}; NULL: a fresh one for that name. Stays
 * the caller's. */
void model_price_show(
    struct json_object *data, const char *name, struct json_object *form);

#endif
