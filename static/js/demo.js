// Fills the sign-in form with a demonstration login. Loaded with the hint, which exists in demonstration mode only.
(function () {
  "use strict";
  document.querySelectorAll("[data-demo-login]").forEach((button) => {
    button.addEventListener("click", () => {
      const form = document.querySelector("form[action*='login']");
      form.querySelector("[name=login]").value = button.dataset.demoLogin;
      form.querySelector("[name=password]").value = button.dataset.demoPassword;
      form.requestSubmit();
    });
  });
}());
