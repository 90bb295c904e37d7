/**
 * Man pages and completions, made at build time from the very definitions that the programs read
 * their arguments by, so that they cannot tell of others. Nothing uses it.
 */
package org.rkv.manual;
