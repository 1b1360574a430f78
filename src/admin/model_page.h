/*
 * GET /models/show?name=NAME: everything of one model. (A name of Vertex's
 * holds a slash.)
 */
#ifndef KEYWHEEL_ADMIN_MODEL_PAGE_H
#define KEYWHEEL_ADMIN_MODEL_PAGE_H

struct route_match;
struct service;

void model_page_serve(struct service *s, const struct route_match *match);

#endif
