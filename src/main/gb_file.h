/* Rows of gemini-balance's t_file_records. */
#ifndef KEYWHEEL_MAIN_GB_FILE_H
#define KEYWHEEL_MAIN_GB_FILE_H

#include <stdint.h>

#include "base/dump.h"

/* Its columns, as far as they are of use, in the order of a row's values. */
#define GB_FILE_COLUMNS                                                        \
	{                                                                      \
		"name", "api_key", "user_token", "expiration_time",            \
		    "create_time", "update_time", "display_name", "mime_type", \
		    "size_bytes", "sha256_hash", "uri", "state"                \
	}

struct json_object;

/* {"name", "api_key", "user_token", "created_at", "expires_at", "facts"}, the
 * facts as of protocol/file_object.h and the times as Google writes them; the
 * caller owns it. NULL: it is not (or no longer) a file at Google. now_s:
 * seconds since the epoch. */
struct json_object *gb_file_new(const struct dump_row *row, int64_t now_s);

#endif
