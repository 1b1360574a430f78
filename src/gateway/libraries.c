/* The libraries that this program is made with. */
#include "gateway/libraries.h"

#include <json-c/json.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/crypt.h"
#include "base/json.h"
#include "store/about.h"
#include "upstream/version.h"

static void
add_library(struct json_object *list, const char *name, const char *version,
    const char *use, const char *licence)
{
	struct json_object *o = json_object_new_object();
	json_set_text(o, "name", name);
	json_set_text(o, "release", version);
	json_set_text(o, "use", use);
	json_set_text(o, "licence", licence);
	json_object_array_add(list, o);
}

/* What tells its version while it runs; then the others. */
struct json_object *
libraries_list(void)
{
	struct json_object *list = json_object_new_array();
	struct buf libpq;
	buf_init(&libpq, BUF_SMALL);
	about_libpq(&libpq);
	add_library(list, "json-c", json_c_version(),
	    N_("reads and writes JSON"), "MIT");
	add_library(list, "libcurl", version_curl(),
	    N_("calls Gemini and other services"), "curl");
	add_library(list, "libpq", buf_cstr(&libpq), N_("talks to PostgreSQL"),
	    "PostgreSQL");
	add_library(list, "OpenSSL", crypt_library(),
	    N_("encrypts keys, hashes tokens"), "Apache-2.0");
	add_library(list, "FastCGI (fcgi2)", NULL,
	    N_("talks to the web server"), "OML");
	add_library(list, "libunistring", NULL,
	    N_("knows where characters end"), "LGPL-3.0-or-later");
#ifdef HAVE_SNDFILE
	add_library(list, "libsndfile", NULL, N_("makes MP3, Opus and FLAC"),
	    "LGPL-2.1-or-later");
#endif
#ifdef HAVE_AACENC
	add_library(list, "vo-aacenc", NULL, N_("makes AAC"), "Apache-2.0");
#endif
	buf_clear(&libpq);
	return list;
}
