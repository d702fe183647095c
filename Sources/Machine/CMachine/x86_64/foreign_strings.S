/* SPDX-License-Identifier: Apache-2.0
 *
 * Code of the standard library that cannot run here. Strings that another language's runtime stores ("foreign": not
 * UTF-8, reached by calls) exist with Objective-C only, but the library's common paths branch to them, and with
 * interpolation a native image would carry four kilobytes of them. These definitions come before the library's weak
 * ones. Should one be reached after all, it is an invalid opcode with this place in the crash report; should a newer
 * library name them otherwise, the image is larger again and nothing else. Unreferenced ones are dropped by the linker.
 */
#if !__STDC_HOSTED__ && defined(__x86_64__)
.section .text.foreign_string, "ax", @progbits
.type foreign_string, @function
foreign_string:
    ud2
.size foreign_string, . - foreign_string

.macro FOREIGN symbol
.globl "\symbol"
.set "\symbol", foreign_string
.endm
FOREIGN "$eSS8UTF8ViewV13_foreignCountSiyF"
FOREIGN "$eSS8UTF8ViewV13_foreignIndex5afterSS0D0VAF_tF"
FOREIGN "$eSS8UTF8ViewV13_foreignIndex6beforeSS0D0VAF_tF"
FOREIGN "$eSS8UTF8ViewV13_foreignIndex_8offsetBySS0D0VAF_SitF"
FOREIGN "$eSS8UTF8ViewV16_foreignDistance4from2toSiSS5IndexV_AGtF"
FOREIGN "$eSS8UTF8ViewV17_foreignSubscript8positions5UInt8VSS5IndexV_tF"
FOREIGN "$eSS9UTF16ViewV13_foreignIndex5afterSS0D0VAF_tF"
FOREIGN "$eSS9UTF16ViewV13_foreignIndex_8offsetBySS0D0VAF_SitF"
FOREIGN "$es11_StringGutsV12_foreignGrow33_408A76AB043BD3EFBAB6FAAAAA9B4914LLyySiF"
FOREIGN "$es11_StringGutsV16_foreignCopyUTF84intoSiSgSrys5UInt8VG_tF"
FOREIGN "$es11_StringGutsV18foreignScalarAlignySS5IndexVAEF"
FOREIGN "$es11_StringGutsV21_foreignAppendInPlace33_408A76AB043BD3EFBAB6FAAAAA9B4914LLyys01_aB5SliceVF"
FOREIGN "$es11_StringGutsV24_foreignConvertedToSmall33_408A76AB043BD3EFBAB6FAAAAA9B4914LLs01_fA0VyF"
FOREIGN "$es11_StringGutsV27_slowEnsureMatchingEncodingySS5IndexVAEF"
#endif
