/* Which libcurl this program runs with. */
#ifndef KEYWHEEL_UPSTREAM_VERSION_H
#define KEYWHEEL_UPSTREAM_VERSION_H

/* "7.88.1". Static. */
const char *version_curl(void);

#endif
