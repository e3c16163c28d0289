//! `nsc completion`.

use nsc_testkit::TestHome;

#[test]
fn every_shell_has_a_script() {
    let home = TestHome::new(env!("CARGO_BIN_EXE_nsc"));
    let before = home.tree();
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let full = home.nsc(["completion", shell]).success();
        full.stdout_has("nsc").stdout_has("validate");
        assert_eq!(full.stderr(), "");
        let bare = home
            .nsc(["completion", shell, "--no-descriptions"])
            .success();
        bare.stdout_has("validate");
        let text = "Show or change the current store";
        assert!(!bare.stdout().contains(text), "{shell}");
        assert!(shell == "bash" || full.stdout().contains(text), "{shell}");
    }
    assert_eq!(
        before.changes(&home.tree()),
        [""; 0],
        "no configuration is made"
    );
}

#[test]
fn other_names_print_help() {
    let home = TestHome::new(env!("CARGO_BIN_EXE_nsc"));
    for args in [&["completion"][..], &["completion", "tcsh"]] {
        home.nsc(args).success().stdout_has("powershell");
    }
}
