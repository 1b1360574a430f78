/* The pages for the operator: their routes. */
#ifndef KEYWHEEL_ADMIN_ADMIN_H
#define KEYWHEEL_ADMIN_ADMIN_H

#include <stddef.h>

#include "web/route.h"

struct service;

/* For service.pages; targets are struct endpoint. */
extern const struct route admin_routes[];
extern const size_t admin_n_routes;

/* For service.lost. */
void admin_serve_lost(struct service *s);

#endif
