/*
 * GET /models/show?name=NAME: everything of one model. (A name of Vertex's
 * holds a slash.)
 */
#ifndef KEYWHEEL_ADMIN_MODEL_PAGE_H
#define KEYWHEEL_ADMIN_MODEL_PAGE_H

struct json_object;
struct route_match;
struct service;
struct visit;

void model_page_serve(struct service *s, const struct route_match *match);

/* Answer with it. price: the form of a price with what is wrong with it
 * (admin/model_price.h), or NULL; stays the caller's. */
void model_page_show(
    struct visit *v, const char *name, int status, struct json_object *price);

#endif
