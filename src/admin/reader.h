/*
 * Who looks at a page: the language, the zone and the theme that the cookies
 * choose; without a choice the language that the browser asks for, the zone of
 * the setting TIMEZONE, the theme of the reader's system.
 */
#ifndef KEYWHEEL_ADMIN_READER_H
#define KEYWHEEL_ADMIN_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/zone.h"
#include "web/template.h"

struct service;
struct catalog;

struct reader {
	size_t language;               /* of reader_languages */
	const struct catalog *catalog; /* NULL: English */
	size_t theme;                  /* of reader_themes */
	bool has_zone;                 /* a cookie says so */
	char zone[ZONE_MAX];
};

/* What there is to choose from; name: as shown, a language in itself, a theme
 * as a message. The first is what there is without a choice. */
struct reader_choice {
	const char *tag, *name;
};
extern const struct reader_choice reader_languages[], reader_themes[];
extern const size_t reader_n_languages, reader_n_themes;

/* The reader of the request that is served. */
void reader_find(struct reader *r, struct service *s);

/* For templates; r stays where it is. Times need zone_enter(r->zone). */
struct template_reader reader_for_templates(struct reader *r);

/* A message in the reader's language; many NULL: it has one form. Borrowed
 * from the catalogue or the arguments. */
const char *reader_say(
    const struct reader *r, const char *one, const char *many, int64_t n);

#endif
