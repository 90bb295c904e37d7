/** What holds the house together: which package may use which, and that nothing goes in circles. */
package org.rkv.architecture;
