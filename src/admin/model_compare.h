/* GET /models/compare?model=A&model=B: up to four models side by side. */
#ifndef KEYWHEEL_ADMIN_MODEL_COMPARE_H
#define KEYWHEEL_ADMIN_MODEL_COMPARE_H

struct route_match;
struct service;

void model_compare_serve(struct service *s, const struct route_match *match);

#endif
