/*
 * What a program must know before it has a database: where that is, the
 * master key, the folders. From the environment, or from `name=value` lines
 * of a file; the environment wins.
 */
#ifndef KEYWHEEL_MAIN_BOOTSTRAP_H
#define KEYWHEEL_MAIN_BOOTSTRAP_H

#include "base/attr.h"
#include "base/buf.h"
#include "base/crypt.h"

struct bootstrap {
	char *database_url;       /* DATABASE_URL */
	char *owner_database_url; /* OWNER_DATABASE_URL, else the former */
	char *master_key_file;    /* MASTER_KEY_FILE */
	char *sql_dir;            /* SQL_DIR */
	char *template_dir;       /* TEMPLATE_DIR */
	char *message_dir;        /* MESSAGE_DIR */
	char *ca_file;            /* CA_FILE; NULL: none */
	char *log_target;         /* LOG_TARGET */
	char *stop_seconds;       /* STOP_SECONDS */
	int stop_s;               /* … as a number */
};

/* conf: path of the file, or NULL: $KEYWHEEL_CONF (if that is empty: none), or
 * /etc/keywheel/keywheel.conf (configure --with-conf) if it is there. folder:
 * that of an installation on a shared host, which has the rest in known places
 * below it; NULL: where `make install` has put it. False with one line in why
 * if the file cannot be read, has a name that is not known, or names no
 * database, or a number of seconds is none; then the other members are set all
 * the same, as far as they are known. The log goes where LOG_TARGET says. Clear
 * it either way. */
MUSTCHECK bool bootstrap_read(
    struct bootstrap *b, const char *conf, const char *folder, struct buf *why);
void bootstrap_clear(struct bootstrap *b);

/* Read the master key that it names. */
MUSTCHECK bool bootstrap_master(
    const struct bootstrap *b, struct master_key *key, struct buf *why);

#endif
