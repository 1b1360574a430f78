/*
 * GET /models: the models that our keys offer (q, can, sort in the query).
 * POST: let the list be asked for anew.
 */
#ifndef KEYWHEEL_ADMIN_MODEL_LIST_H
#define KEYWHEEL_ADMIN_MODEL_LIST_H

struct route_match;
struct service;

void model_list_serve(struct service *s, const struct route_match *match);
void model_list_serve_fetch(struct service *s, const struct route_match *match);

#endif
