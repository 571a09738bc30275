import Kernel
import Testing

@Suite("Titles agree with who bears them")
struct FrenchAgreementTests {
    @Test(
        arguments: [
            ("Infirmier·ère en pratique avancée", "Infirmière en pratique avancée", "Infirmier en pratique avancée"),
            ("Masseur·se-kinésithérapeute", "Masseuse-kinésithérapeute", "Masseur-kinésithérapeute"),
            ("Coordinateur·rice", "Coordinatrice", "Coordinateur"), ("Pharmacien·ne", "Pharmacienne", "Pharmacien"),
            ("Chirurgien·ne-dentiste", "Chirurgienne-dentiste", "Chirurgien-dentiste"),
            ("Assistant·e médical·e", "Assistante médicale", "Assistant médical"),
            ("Professionnel·le de l’équipe", "Professionnelle de l’équipe", "Professionnel de l’équipe"),
            ("Sage-femme", "Sage-femme", "Sage-femme"),
        ])
    func eachFormIsThatOfThePerson(words: String, feminine: String, masculine: String) {
        #expect(FrenchAgreement.form(words, isFeminine: true) == feminine)
        #expect(FrenchAgreement.form(words, isFeminine: false) == masculine)
    }

    @Test func everyProfessionHasBothFormsAndNoDotIsLeft() {
        for profession in CodeList.profession.codes {
            for title in ["MME", "M"] { #expect(!CodeList.profession(of: "\(profession.code):\(title)").contains("·")) }
            #expect(CodeList.profession(of: profession.code) == profession.label)
        }
        #expect(CodeList.profession(of: "NURSE:MME") == "Infirmière")
    }
}
