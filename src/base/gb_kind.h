/* What a file of gemini-balance's is, by what it holds. */
#ifndef KEYWHEEL_BASE_GB_KIND_H
#define KEYWHEEL_BASE_GB_KIND_H

#include <stddef.h>

enum gb_kind {
	GB_ENV,
	GB_SQLITE,
	GB_DUMP, /* of MySQL or MariaDB */
	GB_EMPTY,
	GB_UTF16,       /* text in UTF-16 */
	GB_PACKED,      /* by gzip, xz, zip … */
	GB_SQLITE_TEXT, /* what the program sqlite3 writes for .dump */
	GB_UNKNOWN,
};

/* By its first bytes, up to some thousands. */
enum gb_kind gb_kind_of(const char *head, size_t len);

#endif
