/* What a path of Gemini's API says before the method: which version of it. */
#ifndef KEYWHEEL_GATEWAY_NATIVE_PATH_H
#define KEYWHEEL_GATEWAY_NATIVE_PATH_H

/* The version that a route's pattern names, for struct live: NULL for v1beta,
 * which stands for that of the settings, and for all other patterns. */
const char *native_version(const char *pattern);

/* The pattern behind its version: "/models/{}:predict"; "" if it has none. */
const char *native_rest(const char *pattern);

#endif
