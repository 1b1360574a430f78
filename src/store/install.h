/* What a database says of itself before it has our schema. */
#ifndef KEYWHEEL_STORE_INSTALL_H
#define KEYWHEEL_STORE_INSTALL_H

#include <stdbool.h>

#include "base/attr.h"

struct db;

#define INSTALL_LEAST_VERSION 130000

struct install_facts {
	int version; /* server_version_num */
	bool may;    /* the role may make our schema, or owns it */
	bool schema; /* it is there */
	bool used;   /* … and holds keys or tokens of some master key */
};

/* False with db_error(). */
MUSTCHECK bool store_install_look(struct db *db, struct install_facts *facts);

#endif
