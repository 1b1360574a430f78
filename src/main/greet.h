/* A responder says that it is there, and looks whether it fits. */
#ifndef KEYWHEEL_MAIN_GREET_H
#define KEYWHEEL_MAIN_GREET_H

#include "base/crypt.h"

struct db;

/* When a responder begins: what is wrong between it and the database (the
 * schema, the master key) is an error in the log, and what /health tells. */
void greet_begin(struct db *db, const struct master_key *master);

/* Once a minute: which master keys this host's file holds now. */
void greet_again(struct db *db, const struct master_key *master);

#endif
