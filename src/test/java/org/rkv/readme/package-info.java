/** The readme's commands, run. */
package org.rkv.readme;
