/** A browser without a window, and what a test asks of a page in it. */
package org.rkv.browser;
