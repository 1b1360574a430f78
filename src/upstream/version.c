/* Versions of libraries. */
#include "upstream/version.h"

#include <curl/curl.h>

const char *
version_curl(void)
{
	return curl_version_info(CURLVERSION_NOW)->version;
}
