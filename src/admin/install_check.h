/* Is all well for an installation? */
#ifndef KEYWHEEL_ADMIN_INSTALL_CHECK_H
#define KEYWHEEL_ADMIN_INSTALL_CHECK_H

#include <stdbool.h>

#include "base/attr.h"
#include "store/install.h"

struct db;
struct json_object;
struct service;

/* What was found. */
struct install_look {
	struct install_facts facts; /* of the database, if it was reached */
	bool ok;                    /* nothing is in the way */
};

/* Look at all of it: [{good, warn, bad (one is true), text, hint (messages),
 * detail}]. db: as the owner; NULL: there is no URL. */
struct json_object *install_check(
    struct service *s, struct db *db, struct install_look *look);

/* Is this page's connection encrypted, as far as we can tell? */
bool install_is_tls(struct service *s);

#endif
