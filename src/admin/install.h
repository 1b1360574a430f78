/*
 * The page /install, for hosts where there is no shell: it looks whether all is
 * well, makes the master key, brings the schema forward and makes an admin
 * token.
 *
 * Whoever merely finds it can do nothing: it asks for the secret that stands
 * in a file of the folder, which only who uploads files can put there. A
 * secret is good for one time; it is spent when all was done, for ever, also
 * if the file stays or comes back. Without a secret that is good the page is
 * not there, but for telling how to make one while nothing is installed.
 */
#ifndef KEYWHEEL_ADMIN_INSTALL_H
#define KEYWHEEL_ADMIN_INSTALL_H

#include <stdbool.h>

struct service;
struct route_match;

/* The installation in a folder; everything is borrowed. */
struct install {
	const char *dir;         /* holds all of it, and is ours alone */
	const char *conf;        /* its keywheel.conf */
	const char *conf_fault;  /* what is wrong in it; NULL: nothing */
	const char *owner_url;   /* OWNER_DATABASE_URL; NULL: not known */
	const char *master_file; /* MASTER_KEY_FILE */
	const char *sql_dir;
};

/* Was this version installed there? Before that nothing but the page is
 * served. */
bool install_is_done(const struct install *install);

/* service.instead of a service that is not open: the page, what it needs, and
 * for all else that keywheel is not installed. */
void install_serve_instead(struct service *s);

/* The page, by service.install. */
void install_serve(struct service *s, const struct route_match *match);
void install_serve_post(struct service *s, const struct route_match *match);

#endif
