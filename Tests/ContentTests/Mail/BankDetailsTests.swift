import Content
import Testing

@Suite("Bank details in a mail")
struct BankDetailsTests {
  @Test(
    "An IBAN with a right check sum, and a number that is labelled as a bank's, are found",
    arguments: [
      "Pay to DE89 3704 0044 0532 0130 00 today.", "IBAN:DE89370400440532013000", "gb29nwbk60161331926819",
      "NO9386011117947", "Konto (IE29 AIBK 9311 5212 3456 78)", "Account number: 12345678",
      "Our routing number is 021000021", "Sort code: 60-16-13", "Beneficiary account 0012 3456",
      "first line\nBankleitzahl: 37040044", "For file 7, account number 12345678", "Account number | 12345678",
      "Name | Ada | Account | 12345678 | 5", "Account number\n\n12345678",
    ])
  func found(_ text: String) { #expect(BankDetails.areNamed(in: text)) }

  @Test(
    "Other numbers are none",
    arguments: [
      "", "Closing 2214 moves to Thursday.", "Call 555 1234 567 before 12 March 2026.", "DE88370400440532013000",
      "Dear Ada, thank you.", "Your account manager is on 5551234.", "File number: 2214-7781", "AB12 is a room.",
      "Account manager | 5551234", "The account is settled.\n2026 was a good year", "Town | 12345",
      "Invoice 20260131, due on 2026-02-15", "The accounting team, 12345 Town",
    ])
  func notFound(_ text: String) { #expect(!BankDetails.areNamed(in: text)) }
}
