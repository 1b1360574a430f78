/* Texts of ours that people read in their language. */
#ifndef KEYWHEEL_BASE_MESSAGE_H
#define KEYWHEEL_BASE_MESSAGE_H

/* Marks a constant that is to be in the catalogues of messages; whoever shows
 * it looks the translation up. */
#define N_(text) text

#endif
