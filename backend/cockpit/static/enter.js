// Puts the one-time code from behind the "#" into the form, and takes it out of the address and the history.
const code = location.hash.slice(1);
if (code) {
  const field = document.getElementById("token");
  field.value = code;
  field.type = "hidden";
  document.getElementById("token-field").hidden = true;
  history.replaceState(null, "", location.pathname);
  document.querySelector("button.main").focus();
}
