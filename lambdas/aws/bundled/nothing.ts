/** Stands in a bundle for a package that another one loads and that nothing of ours uses. */
export default {};
