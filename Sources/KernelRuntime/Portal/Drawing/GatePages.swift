internal import HTML
internal import Kernel
internal import KernelUI

/// Pages for people who are not signed in: one card, one thing to do.
enum GatePages {
    /// A card under the name of the house.
    static func card(title: String, status: Int = 200, foot: Fragment? = nil, _ content: @escaping Fragment) -> BarePage {
        BarePage(title: title, status: status) { h in
            h.p(.class("gate__brand"), text: "Collectif")
            h.div(.class("card gate__card")) {
                h.h1(text: title)
                h.render(content)
            }
            if let foot { h.div(.class("gate__foot")) { h.render(foot) } }
        }
    }

    static func signIn(form: PortalForm, way: SignInWay, csrf: String, status: Int = 200) -> BarePage {
        card(
            title: "Connexion", status: status,
            foot: { h in h.a(.href("/mot-de-passe-oublie"), text: "Mot de passe oublié ou jamais choisi") }
        ) { h in
            h.portalForm(action: "/connexion", csrf: csrf, button: "Se connecter", form: form) {
                h.signInFields(form, way)
            }
        }
    }

    /// For who sent a form after the session had ended: what was typed is here, and comes back filled in to the same person.
    static func signInAgain(kept: String, suite: String, texts: [String]) -> BarePage {
        BarePage(title: "Connexion", status: 401) { h in
            h.p(.class("gate__brand"), text: "Collectif")
            h.div(.class("card gate__card")) {
                h.h1(text: "Connexion nécessaire")
                h.message(
                    "Votre session a pris fin. Rien n’a été enregistré, et rien n’est perdu\u{A0}: connectez-vous, votre saisie revient dans son formulaire.",
                    tone: .warn)
                h.portalForm(action: "/connexion", csrf: "", button: "Se connecter") {
                    h.signInFields(PortalForm(), SignInWay(suite: suite, kept: kept))
                }
            }
            h.givenBack(texts)
        }
    }

    static func code(step: String, form: PortalForm, way: SignInWay, csrf: String, status: Int = 200) -> BarePage {
        card(
            title: "Code de vérification", status: status, foot: { h in h.a(.href("/connexion"), text: "Recommencer avec un autre compte") }
        ) { h in
            h.portalForm(action: "/connexion/code", csrf: csrf, button: "Continuer", form: form) {
                h.way(way)
                h.hiddenInput("etape", step)
                // A recovery code fits too, hence a field that is wider than six digits and no numeric keyboard.
                h.textField(
                    form.field(
                        "code", "Code à six chiffres",
                        help:
                            "Ouvrez votre application d’authentification. Téléphone perdu\u{202F}? Saisissez l’un de vos codes de secours."),
                    width: .short, maxLength: 40, autocomplete: "one-time-code", .autocapitalize("none"), .spellcheck(false), .autofocus())
            }
        }
    }

    /// A sentence and one way on.
    static func notice(title: String, text: String, status: Int = 200, link: (label: String, href: String)?) -> BarePage {
        card(title: title, status: status) { h in
            h.p(text: text)
            if let link { h.p { h.linkButton(link.label, href: link.href) } }
        }
    }

    /// A link that was used, replaced or is too old: one answer for all.
    static func deadLink() -> BarePage {
        notice(
            title: "Lien périmé", text: "Ce lien a déjà servi ou n’est plus valable. Vous pouvez en demander un nouveau.", status: 404,
            link: ("Recevoir un nouveau lien", "/mot-de-passe-oublie"))
    }

    /// Choosing a password, after an invitation or a reset.
    static func choosePassword(
        title: String, intro: String, email: String, action: String, csrf: String, form: PortalForm, status: Int = 200
    ) -> BarePage {
        card(title: title, status: status) { h in
            h.p(text: intro)
            h.portalForm(action: action, csrf: csrf, button: "Enregistrer le mot de passe", form: form) {
                // Lets password managers file it under the right name.
                h.input(.type(.hidden), .name("username"), .value(email), .autocomplete("username"))
                h.newPasswordFields(form)
            }
        }
    }
}

extension HTMLWriter {
    fileprivate func signInFields(_ form: PortalForm, _ way: SignInWay) {
        self.way(way)
        portalEmail(form, isOwn: true)
        portalPassword("mot_de_passe", label: "Mot de passe", form: form)
    }

    /// A new password, typed twice.
    func newPasswordFields(_ form: PortalForm) {
        portalPassword(
            "nouveau", label: "Nouveau mot de passe", form: form,
            help: "Douze caractères variés, ou une phrase de cinq mots sans lien entre eux.", isNew: true)
        portalPassword("confirmation", label: "Le même, une seconde fois", form: form, isNew: true)
    }
}
